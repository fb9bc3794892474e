package import GitHubCore

extension SimulatedGitHub {
    /// A webhook.
    package struct Hook: Sendable {
        /// GitHub's number for it.
        package let id: Int64
        /// The repository or organisation whose events it hears.
        package let home: Home
        /// Where deliveries go.
        package var url: String
        /// What deliveries are signed with.
        package var secret: WebhookSignature.Secret?
        /// Whether bodies are form-encoded, GitHub's default, and not plain JSON.
        package var isForm: Bool
        /// The value of `insecure_ssl`.
        package var insecureTLS: String
        /// The events it hears; `*` for all.
        package var events: [String]
        /// Whether it is switched on.
        package var isActive: Bool
        /// When it was created.
        package let createdAt: Timestamp
        /// When its settings last changed.
        package var updatedAt: Timestamp
        /// The latest answer: its code, GitHub's word for it and a message.
        package var lastResponse: (code: Int?, status: String, message: String?)

        /// Whether it hears an event.
        package func hears(_ event: String) -> Bool {
            isActive && (event == "ping" || events.contains(event) || events.contains("*"))
        }
    }
}
