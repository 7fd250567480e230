//! The server: GraphQL over HTTP as its specification says, and the query page.

mod graphql;
mod page;
mod request;
mod stream;

use std::net::TcpListener;

use actix_web::{App, HttpServer, middleware, web};

use crate::graphql::Service;

/// What every handler needs.
struct Hub {
    service: Service,
}

/// Serves until the process is told to stop.
pub(crate) fn serve(service: Service, listener: TcpListener) -> std::io::Result<()> {
    let hub = web::Data::new(Hub { service });
    actix_web::rt::System::new().block_on(async move {
        HttpServer::new(move || {
            App::new().app_data(hub.clone()).wrap(middleware::Compress::default()).configure(routes)
        })
        .listen(listener)?
        .run()
        .await
    })
}

/// Every route of the server.
fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/", web::get().to(page::page))
        .route("/examples", web::get().to(page::examples))
        .route("/health", web::get().to(page::health))
        .service(
            web::resource("/graphql")
                .route(web::get().to(graphql::get))
                .route(web::post().to(graphql::post))
                .default_service(web::route().to(graphql::other)),
        );
}
