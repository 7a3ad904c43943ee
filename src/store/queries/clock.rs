use super::{Conn, dialect};
use crate::store::StoreError;
use chrono::NaiveDateTime;

pub(crate) async fn now(conn: &mut Conn) -> Result<NaiveDateTime, StoreError> {
    dialect::now(conn).await
}
