//! Events against an index.
