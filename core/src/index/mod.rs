//! Placeholder of the bones.
