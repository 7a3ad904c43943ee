//! Which queue.

use super::variables::Variables;
use crate::queue::QueueConfig;

/// `AMQP_URL`, and `DOTCURSOR_QUEUE_PREFIX` for the names of queues and exchanges.
pub(super) fn read(variables: &mut Variables<'_>) -> QueueConfig {
    let prefix = variables.parsed(
        "DOTCURSOR_QUEUE_PREFIX",
        "Letters, digits, dots, hyphens and underscores serve, 100 at most",
        "dotcursor".to_owned(),
        |text| {
            let fits = text.len() <= 100 && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
            fits.then(|| text.to_owned())
        },
    );
    let mend = "Expected is amqp://user:password@host:port/vhost or amqps://…, or nothing for the queue in process";
    variables.parsed("AMQP_URL", mend, QueueConfig::Embedded, |text| {
        let url = url::Url::parse(text).ok()?;
        matches!(url.scheme(), "amqp" | "amqps")
            .then(|| QueueConfig::Rabbit { url: text.into(), prefix: prefix.clone() })
    })
}
