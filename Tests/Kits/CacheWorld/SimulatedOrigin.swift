package import CacheCore
package import GitHubCore
package import GitHubSimulatorCore
import Synchronization

/// A simulated GitHub behind the origin's port; answers may be held back, and every question is counted.
package final class SimulatedOrigin: Origin {
    private struct State {
        var github: SimulatedGitHub
        var questions: [String] = []
        var validators: [Validator?] = []
        var isHolding = false
        var held: [CheckedContinuation<Void, Never>] = []
        var waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
        var isDown = false
        /// Calls that are left to the background, and until when there are no more.
        var reserve: (left: Int, until: Timestamp)?
        var priorities: [FetchPriority] = []
        var statistics = OriginStatistics()
    }

    private let state: Mutex<State>
    private let token: String
    private let now: @Sendable () -> Timestamp

    /// A GitHub that knows the node by a token.
    package init(_ github: SimulatedGitHub, token: String, now: @escaping @Sendable () -> Timestamp) {
        state = Mutex(State(github: github))
        self.token = token
        self.now = now
    }

    /// The paths that were asked for, in order.
    package var questions: [String] { state.withLock(\.questions) }

    /// What was held out with each question, in order.
    package var validators: [Validator?] { state.withLock(\.validators) }

    /// The counters so far.
    package var statistics: OriginStatistics { state.withLock(\.statistics) }

    /// Lets something happen at GitHub, and gives what it sent.
    @discardableResult
    package func act(
        _ action: (inout SimulatedGitHub, Timestamp) throws -> Void
    ) rethrows -> [SimulatedGitHub.OutgoingDelivery] {
        let moment = now()
        return try state.withLock { state in
            try action(&state.github, moment)
            return state.github.takeDeliveries(at: moment)
        }
    }

    /// Asks GitHub something else as the node, and gives the answer; nil where no connection is let through.
    package func call(
        _ method: String,
        _ target: String,
        body: JSON? = nil,
        ifNoneMatch etag: String? = nil
    ) -> SimulatedGitHub.Response? {
        let moment = now()
        var request = SimulatedGitHub.Request.call(method, target, token: token, body: body)
        if let etag { request.headers.append(HeaderField("If-None-Match", etag)) }
        return state.withLock { state in
            state.isDown ? nil : state.github.respond(to: request, at: moment)
        }
    }

    /// Looks something up at GitHub.
    package func look<Value: Sendable>(_ question: (SimulatedGitHub) -> Value) -> Value {
        state.withLock { question($0.github) }
    }

    /// Lets no connection through, or all again.
    package func setDown(_ isDown: Bool) { state.withLock { $0.isDown = isDown } }

    /// Keeps all but so many calls from the background until a moment, as a budget does; nil lets it ask again.
    package func setReserve(after calls: Int?, until moment: Timestamp) {
        state.withLock { $0.reserve = calls.map { ($0, moment) } }
    }

    /// Who waited for each question, in order.
    package var priorities: [FetchPriority] { state.withLock(\.priorities) }

    /// Keeps questions waiting until they are let go.
    package func hold() { state.withLock { $0.isHolding = true } }

    /// Lets the questions that wait go, and all after them.
    package func letGo() {
        let held = state.withLock { state in
            state.isHolding = false
            defer { state.held = [] }
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    /// Returns once so many questions were asked.
    package func asked(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.questions.count < count { state.waiters.append((count, continuation)) }
                return state.questions.count >= count
            }
            if isThere { continuation.resume() }
        }
    }

    package func fetch(_ request: OriginRequest, as identity: Identity) async -> OriginResult {
        let refused = state.withLock { state -> Timestamp? in
            guard request.priority < .read, let reserve = state.reserve else { return nil }
            if reserve.left == 0 { return reserve.until }
            state.reserve?.left -= 1
            return nil
        }
        if let refused { return .failure(.reserved(until: refused)) }
        let woken = state.withLock { state in
            state.questions.append(request.representation.resource.path)
            state.validators.append(request.validator)
            state.priorities.append(request.priority)
            let woken = state.waiters.filter { $0.count <= state.questions.count }.map(\.continuation)
            state.waiters.removeAll { $0.count <= state.questions.count }
            return woken
        }
        for continuation in woken { continuation.resume() }
        await withCheckedContinuation { continuation in
            let isHeld = state.withLock { state in
                if state.isHolding { state.held.append(continuation) }
                return state.isHolding
            }
            if !isHeld { continuation.resume() }
        }
        let token: String? =
            switch identity {
            case .anonymous: nil
            case .node: self.token
            case .caller(_, let authorization): authorization.split(separator: " ").last.map(String.init)
            }
        let moment = now()
        return state.withLock { state in
            guard !state.isDown else { return .failure(.unreachable("down")) }
            let result = state.github.answer(request, token: token, at: moment)
            var last = result
            if case .moved(_, let there) = result {
                state.statistics.callsMade += 1
                last = there
            }
            if case .unchanged = last { state.statistics.callsFree += 1 } else { state.statistics.callsMade += 1 }
            return result
        }
    }

    package func accessChanged(of owner: String) {}

    package func rateLimitHeaders(
        for identity: Identity,
        of kind: QuotaKind,
        in scope: Scope
    ) -> [(name: String, value: String)] { [] }

    package func probe() async -> OriginProbe {
        let moment = now()
        let answer = call("GET", "/rate_limit")
        guard let answer else { return OriginProbe(.failed(.unreachable("down")), milliseconds: 0) }
        var probe = OriginProbe(
            status: answer.status,
            message: nil,
            askedAt: moment,
            answeredAt: moment,
            header: answer.header
        )
        probe.credential = .token
        return probe
    }
}
