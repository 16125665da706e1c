//! Slow hashing, off the async threads, behind a permit count with shedding.
