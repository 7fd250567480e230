//! The server: GraphQL over HTTP as its specification says, and the query page.

mod graphql;
mod page;
mod request;
mod stream;

use std::net::TcpListener;

use actix_web::{App, HttpRequest, HttpServer, middleware, web};

use crate::graphql::Service;

/// What every handler needs.
struct Hub {
    service: Service,
    /// The names of a server that only its own machine reaches; any name where others reach it.
    hosts: Option<Vec<String>>,
}

impl Hub {
    /// Whether a request is meant for this server.
    fn is_of(&self, http: &HttpRequest) -> bool {
        request::is_of_host(http.headers(), self.hosts.as_deref())
    }
}

/// Serves until the process is told to stop.
pub(crate) fn serve(
    service: Service,
    listener: TcpListener,
    hosts: Vec<String>,
) -> std::io::Result<()> {
    let hosts = listener.local_addr()?.ip().is_loopback().then_some(hosts);
    let hub = web::Data::new(Hub { service, hosts });
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
