//! The loops of a process and what they share: planners, workers, the sweeper, the HTTP server.
