/// Waits until a counter stands still.
package enum Stall {
    /// The counter's value once it was the same at so many looks in a row; whatever grows without end reaches its end.
    package static func value(_ counter: () -> Int, looks: Int = 100) async throws -> Int {
        var (last, same) = (counter(), 0)
        while same < looks {
            try await Task.sleep(for: .milliseconds(2))
            let now = counter()
            same = now == last ? same + 1 : 0
            last = now
        }
        return last
    }
}
