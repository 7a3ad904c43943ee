//! What can go wrong between us and the queue.

/// Every one of these means the same to a publisher: some of the messages may not be there. The rows in `sync_queue` are the
/// truth, so the caller goes on and leaves it to the sweeper.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// The embedded queue took what fitted.
    #[error("the queue is full: {refused} messages were not taken; the sweeper publishes them when there is room")]
    Full { refused: usize },
    #[error("AMQP_URL cannot be used: {0}. Expected is amqp://user:password@host:port/vhost, or amqps://")]
    Url(String),
    /// The broker is away.
    #[error("RabbitMQ cannot be reached: {0}")]
    Unreachable(String),
    /// The broker is there, and silent.
    #[error("RabbitMQ did not answer within {seconds} s")]
    NoAnswer { seconds: u64 },
    /// The broker lists the queue and takes no consumer for it.
    #[error(
        "RabbitMQ does not serve its queue {queue}; if this goes on, delete it: it is made anew, and nothing is lost"
    )]
    Unserved { queue: String },
    /// The broker answered, and refused.
    #[error("RabbitMQ refused: {0}")]
    Broker(#[from] lapin::Error),
    /// Neither confirmed nor refused, or sent back because its queue was gone.
    #[error("RabbitMQ did not confirm {0} messages")]
    Unconfirmed(usize),
}
