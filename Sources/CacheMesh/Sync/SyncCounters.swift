/// What comparing with peers came to so far.
package struct SyncCounters: Hashable, Sendable {
    /// What this node gave.
    package struct Served: Hashable, Sendable {
        /// Rounds that peers began.
        package var rounds = 0
        /// Items that were sent to them.
        package var items = 0
    }

    /// What this node gave.
    package var served = Served()
    /// Rounds that this node began.
    package var rounds = 0
    /// Rounds of these that came to their end, with everything on disk.
    package var complete = 0
    /// Rounds of these that did not come to their end.
    package var interrupted = 0
    /// Items that came and were believed.
    package var items = 0
    /// Items that came and were not believed, or whose body was not to be had.
    package var doubted = 0
}
