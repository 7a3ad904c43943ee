use super::{Conn, dialect};
use crate::model::Quota;
use crate::store::StoreError;
use crate::store::rows::quota::QuotaRow;
use crate::store::schema::quotas;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

pub(crate) async fn share(conn: &mut Conn, told: &[Quota]) -> Result<Vec<Quota>, StoreError> {
    let now = dialect::now(conn).await?;
    let mut told: Vec<&Quota> = told.iter().collect();
    told.sort_by_key(|quota| quota.installation.0);
    let mut known = Vec::with_capacity(told.len());
    for quota in told {
        let row = QuotaRow::new(quota, now);
        let inserted = diesel::insert_into(quotas::table).values(&row).on_conflict_do_nothing().execute(conn).await?;
        if inserted == 1 {
            known.push(quota.clone());
            continue;
        }
        let of_installation = || quotas::table.find(quota.installation.0);
        // Held from here on, so that nothing that another process adds is lost.
        let before: QuotaRow = diesel::update(of_installation())
            .set(quotas::updated_at.eq(now))
            .returning(QuotaRow::as_returning())
            .get_result(conn)
            .await?;
        let after = before.after(quota);
        diesel::update(of_installation()).set(QuotaRow::new(&after, now)).execute(conn).await?;
        known.push(after);
    }
    Ok(known)
}

/// As of the last hour.
pub(crate) async fn known(conn: &mut Conn) -> Result<Vec<Quota>, StoreError> {
    let since = dialect::now(conn).await? - chrono::TimeDelta::hours(1);
    let rows: Vec<QuotaRow> =
        quotas::table.filter(quotas::updated_at.gt(since)).select(QuotaRow::as_select()).load(conn).await?;
    Ok(rows.iter().map(QuotaRow::quota).collect())
}
