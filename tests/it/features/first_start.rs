//! The administrator's token of a server that was given none.

use crate::support::{Setup, TestApp};
use dotcursor::config::Config;
use dotcursor::model::Actor;
use dotcursor::store::Store;
use dotcursor::store::migrate::{Direction, migrate};
use dotcursor::store::tokens::{NewToken, Role};

crate::features::on_both_setups! {
    an_administrators_token_is_made_once,
    a_token_that_opens_less_stands_in_for_none,
}

async fn without_a_token(setup: Setup) -> TestApp {
    let mut app = TestApp::without_server(setup, &[]).await;
    app.variables.remove("DOTCURSOR_ADMIN_TOKEN");
    app
}

async fn opens(app: &TestApp, token: &str) -> u16 {
    app.request(reqwest::Method::GET, "/api/tokens", token).await.0
}

async fn an_administrators_token_is_made_once(setup: Setup) {
    let mut app = without_a_token(setup).await;
    app.start_again().await;
    let token = app.made_token().expect("one was made");
    assert_eq!(opens(&app, &token).await, 200);
    app.stop().await;
    app.start_again().await;
    assert_eq!((app.made_token(), opens(&app, &token).await), (None, 200), "it holds on");
}

async fn a_token_that_opens_less_stands_in_for_none(setup: Setup) {
    let mut app = without_a_token(setup).await;
    let config = Config::from_variables(&|name| app.variables.get(name).cloned()).unwrap();
    migrate(&config.database, Direction::Up).await.unwrap();
    let store = Store::connect(&config.database).await.unwrap();
    let reader = NewToken { name: "a reader".to_owned(), workspace: None, role: Role::Read, expires_at: None };
    store.create_token(&reader, &Actor::Cli).await.unwrap();
    drop(store);
    app.start_again().await;
    let token = app.made_token().expect("nobody could administer it otherwise");
    assert_eq!(opens(&app, &token).await, 200);
}
