import Hummingbird
import NIOCore
import Synchronization

/// Why a body was not read to its end.
enum BodyError: Error, Hashable {
    /// Longer than allowed.
    case tooLarge
    /// Not there in time.
    case tooSlow
    /// The client broke off.
    case brokenOff
    /// Others fill the memory for bodies.
    case crowded
}

/// Counts the bytes of all bodies that are being read, up to a limit.
final class BodyBudget: Sendable {
    private let limit: Int
    private let used = Mutex(0)

    init(limit: Int) {
        self.limit = limit
    }

    func take(_ bytes: Int) -> Bool {
        used.withLock { used in
            guard bytes <= limit - used else { return false }
            used += bytes
            return true
        }
    }

    func giveBack(_ bytes: Int) {
        used.withLock { $0 -= bytes }
    }
}

/// Reads a body whole: up to a length, within a time, and together with all others within a budget.
struct BoundedBody {
    let limit: Int
    let time: Duration
    let budget: BodyBudget

    /// Gives the body to a closure; its bytes count against the budget until that returns.
    func read<Value: Sendable>(
        _ body: RequestBody,
        declaredLength: Int?,
        _ use: ([UInt8]) async -> Value
    ) async throws(BodyError) -> Value {
        if let declaredLength, declaredLength > limit { throw .tooLarge }
        let held = Held(budget: budget)
        defer { held.giveBack() }
        let bytes: [UInt8]
        do {
            bytes = try await collect(body, held: held)
        } catch let error as BodyError {
            throw error
        } catch {
            throw .brokenOff
        }
        if let declaredLength, bytes.count != declaredLength { throw .brokenOff }
        return await use(bytes)
    }

    private func collect(_ body: RequestBody, held: Held) async throws -> [UInt8] {
        let (limit, time) = (limit, time)
        return try await withThrowingTaskGroup(of: [UInt8].self) { group in
            group.addTask {
                var bytes: [UInt8] = []
                for try await chunk in body {
                    guard chunk.readableBytes <= limit - bytes.count else { throw BodyError.tooLarge }
                    guard held.take(chunk.readableBytes) else { throw BodyError.crowded }
                    bytes += chunk.readableBytesView
                }
                return bytes
            }
            group.addTask {
                try await Task.sleep(for: time)
                throw BodyError.tooSlow
            }
            defer { group.cancelAll() }
            guard let bytes = try await group.next() else { throw BodyError.brokenOff }
            return bytes
        }
    }

    /// What one body holds of the budget.
    private final class Held: Sendable {
        private let budget: BodyBudget
        private let bytes = Mutex(0)

        init(budget: BodyBudget) {
            self.budget = budget
        }

        func take(_ count: Int) -> Bool {
            guard budget.take(count) else { return false }
            bytes.withLock { $0 += count }
            return true
        }

        func giveBack() {
            budget.giveBack(bytes.withLock { $0 })
        }
    }
}
