/// What goes wrong in a simulated GitHub, and how often.
package struct Faults: Sendable {
    /// What becomes of a request.
    package enum OfAnswers: Hashable, Sendable {
        /// A 5xx with GitHub's JSON.
        case serverError(Int)
        /// A 502 with the HTML page of the machine in front.
        case html
        /// The right answer, cut in the middle of its body.
        case truncated
        /// The right answer, so many milliseconds late.
        case slow(Int64)
        /// The connection breaks before any answer.
        case reset
        /// A secondary limit, with `Retry-After` in seconds where it is given.
        case secondaryLimit(retryAfter: Int?)
    }

    /// What becomes of a delivery.
    package enum OfDeliveries: Hashable, Sendable {
        /// It is never sent, and the log knows nothing of it.
        case lost
        /// It is not sent, and the log says that nobody answered.
        case failed
        /// It is sent twice.
        case doubled
        /// It is sent so many milliseconds late.
        case delayed(milliseconds: Int64)
        /// It is sent at a random moment of so many milliseconds, so that deliveries change places.
        case scattered(withinMilliseconds: Int64)
    }

    private struct Rule: Sendable {
        var fault: OfAnswers
        var path: String
        var left: Int?
    }

    private var rules: [Rule] = []
    private var deliveryFault: (fault: OfDeliveries, left: Int?)?

    /// Nothing goes wrong.
    package init() {}

    /// Lets answers to paths that contain a text go wrong, a number of times or until ``clear()``.
    package mutating func add(_ fault: OfAnswers, toPathsWith text: String = "", times: Int? = nil) {
        rules.append(Rule(fault: fault, path: text, left: times))
    }

    /// Lets deliveries go wrong, a number of times or until ``clear()``; nil sets them right.
    package mutating func setDeliveries(_ fault: OfDeliveries?, times: Int? = nil) {
        deliveryFault = fault.map { ($0, times) }
    }

    /// Sets everything right.
    package mutating func clear() { self = Faults() }

    mutating func takeFault(path: String) -> OfAnswers? {
        guard let index = rules.firstIndex(where: { path.contains($0.path) || $0.path.isEmpty }) else { return nil }
        let fault = rules[index].fault
        if let left = rules[index].left {
            rules[index].left = left - 1
            if left <= 1 { rules.remove(at: index) }
        }
        return fault
    }

    mutating func takeDeliveryFault() -> OfDeliveries? {
        guard let (fault, left) = deliveryFault else { return nil }
        if let left { deliveryFault = left > 1 ? (fault, left - 1) : nil }
        return fault
    }
}
