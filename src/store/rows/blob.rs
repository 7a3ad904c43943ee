//! Bytes that are kept for the workers.

use crate::store::schema::blobs;
use chrono::NaiveDateTime;
use diesel::prelude::*;

#[derive(Clone, Copy, Debug, Insertable)]
#[diesel(table_name = blobs)]
pub(crate) struct NewBlob<'a> {
    pub repository_id: i64,
    pub sha: &'a str,
    pub bytes: &'a [u8],
    pub fetched_at: NaiveDateTime,
}
