import Dispatch
import Glibc

/// Prints events in order, off the threads that carry the node: a slow reader of them must not slow the node down.
final class EventPrinter: Sendable {
    private let queue = DispatchQueue(label: "events")

    /// Nanoseconds since 1970, the clock by which all nodes of a machine stamp their events.
    static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }

    /// Prints one event.
    func emit(_ event: String, at time: Int = EventPrinter.now, _ fields: [(String, JSON)]) {
        self.queue.async {
            let line = JSON.object([("ev", .string(event)), ("t_ns", .integer(time))] + fields).text + "\n"
            Self.write(Array(line.utf8)[...])
        }
    }

    /// Waits until everything is printed.
    func flush() {
        self.queue.sync {}
    }

    private static func write(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            // Nobody reads any more.
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
