/// Why a node does not start or a read came to nothing, in words for an operator.
public struct NodeError: Error, CustomStringConvertible {
    /// What is wrong and what to do about it.
    public let message: String
    /// What lies behind it.
    public let cause: (any Error)?

    /// An error.
    public init(_ message: String, cause: (any Error)? = nil) {
        self.message = message
        self.cause = cause
    }

    /// The message.
    public var description: String { message }
}
