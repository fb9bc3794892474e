/// What one join came to.
struct Figures: CustomStringConvertible {
    /// From the program's start to the connection.
    var connected = Duration.zero
    /// From the connection until every answer is served from the store.
    var warm = Duration.zero
    /// From the connection until all of it is on disk and synced.
    var onDisk = Duration.zero
    /// What came from the peer.
    var items = 0
    /// Reads while it warmed up: those that found a fresh answer, and the slowest.
    var served = 0
    var missed = 0
    var slowest = Duration.zero

    var description: String {
        "connected after \(Self.text(connected)); warm \(Self.text(warm)), on disk \(Self.text(onDisk)) later; "
            + "\(items) items; meanwhile \(served) reads served and \(missed) too early, the slowest \(Self.text(slowest))"
    }

    static func text(_ duration: Duration) -> String {
        "\((duration / .milliseconds(1)).rounded()) ms"
    }
}
