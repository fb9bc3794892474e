import CacheCore
package import GitHubCore
package import Logging
import Synchronization

/// What this node keeps: deliveries, entries, bodies by CID, remembered states, hooks and peers.
///
/// All of it but the bodies lives in memory, so that every read of metadata is synchronous and sees each change at
/// once. Changes are written behind: `run()` is the only writer and saves whatever changed since its last transaction
/// in the next one, together with the deliveries that wait to be accepted. A transaction is therefore always a state
/// that the memory once had: an effect, the mark that its delivery is done and its outbox rows are saved together.
package final class CacheStore: Sendable {
    let limits: Limits
    let logger: Logger
    let now: @Sendable () -> Timestamp
    let database: StoreDatabase
    let memory: Mutex<StoreMemory>
    /// Wakes the writer; one wake-up in waiting is enough.
    let wakes: AsyncStream<Void>
    let wake: AsyncStream<Void>.Continuation

    /// Opens the store and loads what it held.
    ///
    /// - Parameters:
    ///   - configuration: Where it lies and how much it may hold.
    ///   - logger: Told of disk trouble and its end.
    ///   - now: The wall clock, for the times of reads and for retention.
    /// - Throws: What is wrong with the directory or the file, and what to do about it.
    package init(
        configuration: Configuration,
        logger: Logger,
        now: @escaping @Sendable () -> Timestamp = CacheStore.wallClock
    ) throws(StoreError) {
        self.limits = configuration.limits
        self.logger = logger
        self.now = now
        database = try StoreDatabase(directory: configuration.directory, logger: logger)
        let moment = now()
        var loaded = StoreMemory(configuration: configuration)
        try database.load(into: &loaded)
        loaded.enforceLimits(now: moment)
        memory = Mutex(loaded)
        (wakes, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// The wall clock.
    @Sendable package static func wallClock() -> Timestamp {
        Timestamp(milliseconds: WallClock.milliseconds)
    }
}
