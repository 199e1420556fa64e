//! The instructions that not every processor has: they are asked for once, at run time.

/// Whether the processor has all that the fast functions are compiled for.
#[cfg(target_arch = "x86_64")]
#[inline]
pub fn are_fast() -> bool {
    is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("lzcnt")
        && is_x86_feature_detected!("popcnt")
}

/// Do this work, compiled for the fastest instructions that the processor has as far as it is inlined.
#[inline]
pub fn with_fast_instructions<T>(work: impl FnOnce() -> T) -> T {
    #[cfg(target_arch = "x86_64")]
    if are_fast() {
        // SAFETY: the processor has all that the function is compiled for.
        return unsafe { with_avx2(work) };
    }
    work()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn with_avx2<T>(work: impl FnOnce() -> T) -> T {
    work()
}
