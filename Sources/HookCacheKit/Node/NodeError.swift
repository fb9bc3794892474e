/// Why a node does not start or a read came to nothing, in words for an operator.
public struct NodeError: Error, CustomStringConvertible {
    /// What went wrong, for programs to tell apart.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case cannotStart, invalidRequest, notFound, forbidden, limited, unavailable
        }

        private let kind: Kind

        /// A setting, a folder or a port does not do.
        public static let cannotStart = Code(kind: .cannotStart)
        /// What was asked for is malformed, or is nothing that is cached.
        public static let invalidRequest = Code(kind: .invalidRequest)
        /// GitHub has no such thing, or does not show it to this credential.
        public static let notFound = Code(kind: .notFound)
        /// GitHub refuses the credential.
        public static let forbidden = Code(kind: .forbidden)
        /// The quota is spent, or too many wait, and nothing is stored.
        public static let limited = Code(kind: .limited)
        /// GitHub cannot be asked or its answer cannot be read, and nothing is stored.
        public static let unavailable = Code(kind: .unavailable)

        /// The name of the code.
        public var description: String { kind.rawValue }
    }

    /// What went wrong.
    public let code: Code
    /// What is wrong and what to do about it.
    public let message: String
    /// When it may work again, where that is known.
    public let retryAfter: Duration?
    /// What lies behind it.
    public let cause: (any Error)?

    /// An error; by default of a node that cannot start.
    public init(
        _ message: String,
        code: Code = .cannotStart,
        retryAfter: Duration? = nil,
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
        self.cause = cause
    }

    /// The message.
    public var description: String { message }
}

extension NodeError {
    /// What the status of a read that came to nothing says.
    init(status: Int, _ message: String, retryAfter: Int? = nil, cause: (any Error)? = nil) {
        let code: Code =
            switch status {
            case 400, 422: .invalidRequest
            case 401, 403: .forbidden
            case 404, 410: .notFound
            case 429, 503: .limited
            default: .unavailable
            }
        self.init(message, code: code, retryAfter: retryAfter.map { .seconds($0) }, cause: cause)
    }
}
