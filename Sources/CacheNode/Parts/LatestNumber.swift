import Synchronization

/// A number that one sets and others read.
final class LatestNumber: Sendable {
    private let number = Mutex<UInt64>(0)

    var value: UInt64 { number.withLock(\.self) }

    func set(_ value: UInt64) { number.withLock { $0 = value } }
}
