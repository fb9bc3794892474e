package import GitHubCore

/// One header of a request or an answer, with its name as it is written.
package struct HeaderField: Hashable, Sendable {
    /// The name.
    package var name: String
    /// The value.
    package var value: String

    /// A header.
    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

extension [HeaderField] {
    /// The first value of a header, whatever the case of its name.
    package func first(_ name: String) -> String? {
        let wanted = name.lowercased()
        return first { $0.name.lowercased() == wanted }?.value
    }
}

extension SimulatedGitHub {
    /// A delivery on its way to a hook's URL.
    package struct OutgoingDelivery: Sendable {
        /// GitHub's number for this attempt.
        package let id: Int64
        /// The hook.
        package let hookID: Int64
        /// The event's id, the same for every hook and for redeliveries.
        package let guid: String
        /// The event.
        package let event: String
        /// What happened, where the event says so.
        package let action: String?
        /// The repository's number, where it is about one.
        package let repositoryID: Int64?
        /// The installation's number, where an App hears of it.
        package let installationID: Int64?
        /// Whether somebody asked for it again.
        package let isRedelivery: Bool
        /// Where it goes.
        package let url: String
        /// Its headers, with the signature.
        package let headers: [HeaderField]
        /// Its body, as signed.
        package let body: [UInt8]
        /// The JSON in the body.
        package let payload: [UInt8]
        /// When it is to be sent.
        package internal(set) var dueAt: Timestamp
    }

    /// How a delivery was received.
    package struct DeliveryAnswer: Sendable {
        /// The status, or nil where there was no answer.
        package var status: Int?
        /// The headers of the answer.
        package var headers: [HeaderField]
        /// The body of the answer.
        package var body: [UInt8]
        /// How long it took, in milliseconds.
        package var milliseconds: Int64

        /// What a hook's server said, or that it said nothing.
        package init(status: Int?, headers: [HeaderField] = [], body: [UInt8] = [], milliseconds: Int64 = 0) {
            self.status = status
            self.headers = headers
            self.body = body
            self.milliseconds = milliseconds
        }
    }

    /// An entry of a hook's delivery log.
    package struct LoggedDelivery: Sendable {
        /// What was sent.
        package let delivery: OutgoingDelivery
        /// When.
        package let deliveredAt: Timestamp
        /// How it was received.
        package let answer: DeliveryAnswer

        /// Whether it was received well.
        package var isSuccess: Bool { answer.status.map { (200...299).contains($0) } ?? false }

        /// GitHub's word for it.
        package var status: String {
            guard let code = answer.status else { return "failed to connect to host" }
            return isSuccess ? "OK" : "Invalid HTTP Response: \(code)"
        }
    }
}
