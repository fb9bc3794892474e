package import GitHubCore

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// The machine's clock, for moments that are compared with GitHub's.
package enum WallClock {
    /// This moment.
    @Sendable package static func now() -> Timestamp {
        var moment = timespec()
        clock_gettime(CLOCK_REALTIME, &moment)
        return Timestamp(milliseconds: Int64(moment.tv_sec) * 1_000 + Int64(moment.tv_nsec) / 1_000_000)
    }
}
