import CacheNode

/// Why a control request is not answered as asked.
struct ControlRefusal: Error, Hashable {
    let status: Int
    let message: String
    let retryAfter: Int?

    init(status: Int, _ message: String, retryAfter: Int? = nil) {
        self.status = status
        self.message = message
        self.retryAfter = retryAfter
    }

    init(_ error: ControlError) {
        self.init(status: error.status, error.message, retryAfter: error.retryAfter)
    }

    static func bad(_ message: String) -> ControlRefusal {
        ControlRefusal(status: 400, message)
    }

    static let unauthorized = ControlRefusal(
        status: 401,
        "this needs the control token (Authorization: Bearer …) or the Unix socket"
    )
}
