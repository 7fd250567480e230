//! The server: GraphQL over HTTP as its specification says, and the query page.

mod graphql;
mod page;
mod request;
mod senders;
mod stream;

use std::any::Any;
use std::net::TcpListener;
use std::time::Duration;

use actix_web::http::header;
use actix_web::{App, HttpRequest, HttpServer, middleware, web};

use crate::graphql::Service;

/// The longest that the head of a request may take to come, and the end of a connection.
const HEAD_TIME: Duration = Duration::from_secs(10);
/// How long a connection is kept for the next request.
const KEPT_ALIVE: Duration = Duration::from_secs(30);
/// How long a client may take nothing of what is sent to it.
#[cfg(target_os = "linux")]
const SILENT: Duration = Duration::from_secs(30);
/// The files that a server would have open at most.
const FILES_WANTED: u64 = 16_384;

/// What every handler needs.
struct Hub {
    service: Service,
    /// The names that requests may be for, besides those of every server.
    hosts: Vec<String>,
    senders: senders::Senders,
}

impl Hub {
    /// Whether a request is meant for this server.
    fn is_of(&self, http: &HttpRequest) -> bool {
        request::is_of_host(http.headers(), &self.hosts)
    }
}

/// Serves until the process is told to stop.
pub(crate) fn serve(
    service: Service,
    listener: TcpListener,
    hosts: Vec<String>,
) -> std::io::Result<()> {
    let hub = web::Data::new(Hub { service, hosts, senders: senders::Senders::default() });
    // Each client takes a file of the process, and so does the database.
    #[cfg(unix)]
    let files = rlimit::increase_nofile_limit(FILES_WANTED)?;
    #[cfg(not(unix))]
    let files = FILES_WANTED;
    let clients = usize::try_from(files / 2).unwrap_or(usize::MAX);
    // They accept requests; large answers are made by others.
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    actix_web::rt::System::new().block_on(async move {
        HttpServer::new(move || {
            App::new()
                .app_data(hub.clone())
                .wrap(of_every_answer())
                .wrap(middleware::Compress::default())
                .configure(routes)
        })
        .client_request_timeout(HEAD_TIME)
        .client_disconnect_timeout(HEAD_TIME)
        .keep_alive(KEPT_ALIVE)
        .max_connections(clients / workers)
        .workers(workers)
        .on_connect(|connection, _| end_with_its_reader(connection))
        .listen(listener)?
        .run()
        .await
    })
}

/// What holds for every answer: it is what its media type says, and nobody between keeps it for others.
fn of_every_answer() -> middleware::DefaultHeaders {
    middleware::DefaultHeaders::new()
        .add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .add((header::CACHE_CONTROL, "private"))
}

/// Ends a connection whose client takes nothing any more: what it waits for would be kept for ever.
fn end_with_its_reader(connection: &dyn Any) {
    #[cfg(target_os = "linux")]
    if let Some(stream) = connection.downcast_ref::<actix_web::rt::net::TcpStream>() {
        // A system that does not know the option has other ways to end what is idle.
        let _ = socket2::SockRef::from(stream).set_tcp_user_timeout(Some(SILENT));
    }
    #[cfg(not(target_os = "linux"))]
    let _ = connection;
}

/// Every route of the server.
fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/", web::get().to(page::page))
        .route("/page.js", web::get().to(page::script))
        .route("/page.css", web::get().to(page::style))
        .route("/examples", web::get().to(page::examples))
        .route("/health", web::get().to(page::health))
        .service(
            web::resource("/graphql")
                .route(web::get().to(graphql::get))
                .route(web::post().to(graphql::post))
                .default_service(web::route().to(graphql::other)),
        );
}
