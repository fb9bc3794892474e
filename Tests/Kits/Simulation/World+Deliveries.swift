import CacheCore
import CacheWorld
import GitHubCore
import GitHubSimulatorCore

/// Deliveries on their way: late, doubled, refused, lost, and found again in the webhook's log.
extension World {
    /// A search of the log, and how far it has come.
    struct Search: Sendable {
        let life: Int
        let plan: Recovery.Plan
        var index = 0
    }

    /// GitHub sends a delivery.
    mutating func post(_ delivery: SimulatedGitHub.OutgoingDelivery) {
        guard !chance.happens(weather.loss) else { return tell("\(Self.words(for: delivery)) is lost for good") }
        sent.append(delivery)
        for _ in 0...(chance.happens(weather.doubling) ? 1 : 0) {
            agenda.add(.arrive(delivery), at: now.advanced(byMilliseconds: Int64(1 + chance.below(weather.lateness))))
        }
    }

    /// A delivery reaches the webhook, or finds nobody there.
    mutating func arrive(_ delivery: SimulatedGitHub.OutgoingDelivery) {
        let what = Self.words(for: delivery)
        guard nodes[0].isUp, weather.isReachable(at: now), !chance.happens(weather.refusal) else {
            tell("\(what) does not arrive")
            return truth.record(status: nil, of: delivery, at: now)
        }
        let isNew = nodes[0].accept(Letter(delivery), at: now)
        truth.record(status: chance.happens(weather.deafness) ? nil : 202, of: delivery, at: now)
        tell("\(what) \(isNew ? "arrives" : "arrives again")")
        if chance.happens(weather.sudden) { return crash(0, lasting: 1_000) }
        nodes[0].work(truth)
    }

    /// The log is searched for what never arrived.
    mutating func search(life: Int) {
        guard nodes[0].isUp, nodes[0].life == life else { return }
        guard weather.isGitHubThere(at: now) else {
            return agenda.add(.search(life: life), at: now.advanced(bySeconds: 60))
        }
        var recovery = Recovery(settledThrough: nodes[0].settledThrough, now: now)
        var cursor: String?
        var goesOn = true
        while goesOn {
            let path = "\(hookPath)/deliveries?per_page=7&status=failure" + (cursor.map { "&cursor=\($0)" } ?? "")
            let response = truth.respond(to: .get(path, token: Truth.token), at: now)
            guard let text = try? JSONSlices(response.body), let elements = try? text.elements(of: text.root) else {
                return
            }
            let page = elements.compactMap { (try? JSONObject(text, at: $0)).flatMap { LoggedDelivery($0) } }
            let next = response.header("Link").flatMap { LinkHeader($0) }?.target(relation: "next")
            cursor = next?.split(separator: "cursor=").last.map { String($0.prefix { $0 != "&" }) }
            let known = Set(recovery.candidates(in: page).filter { nodes[0].hasTaken($0) })
            goesOn = recovery.take(page, isLast: cursor == nil, known: known)
        }
        let plan = recovery.plan
        tell("node 0 searches the log: \(plan.wanted.count) to read\(plan.hasGap ? ", and a gap" : "")")
        hadGap = hadGap || plan.hasGap
        if plan.hasGap { nodes[0].machine.takeLoss() }
        fetch(Search(life: life, plan: plan))
    }

    /// The payloads of what never arrived are read one after the other.
    mutating func fetch(_ search: Search) {
        guard nodes[0].isUp, nodes[0].life == search.life else { return }
        var search = search
        guard search.index < search.plan.wanted.count else {
            nodes[0].settledThrough = search.plan.settledThrough
            if !isQuiet { agenda.add(.search(life: search.life), at: now.advanced(bySeconds: 900)) }
            return
        }
        guard weather.isGitHubThere(at: now) else {
            nodes[0].settledThrough = max(nodes[0].settledThrough, search.plan.settledThrough(after: search.index))
            return agenda.add(.search(life: search.life), at: now.advanced(bySeconds: 60))
        }
        let wanted = search.plan.wanted[search.index]
        let response = truth.respond(to: .get("\(hookPath)/deliveries/\(wanted.id)", token: Truth.token), at: now)
        if let payload = (try? JSONObject(response.body)).flatMap({ LoggedDelivery.payload(in: $0) }) {
            let letter = Letter(guid: wanted.guid.text, event: wanted.event, payload: payload)
            if nodes[0].accept(letter, at: min(wanted.sentAt, now)) {
                tell("\(letter.sight.map { "\($0.subject)" } ?? letter.event) is recovered from the log")
                nodes[0].work(truth)
            }
        }
        search.index += 1
        agenda.add(.fetch(search), at: now.advanced(byMilliseconds: Int64(1 + chance.below(400))))
    }

    private var hookPath: String { "/repos/\(Truth.repository)/hooks/\(hookID)" }

    private static func words(for delivery: SimulatedGitHub.OutgoingDelivery) -> String {
        let subject = Letter(delivery).sight.map { "\($0.subject)" } ?? "something else"
        return "\(delivery.event) \(delivery.action ?? "") of \(subject)"
    }
}
