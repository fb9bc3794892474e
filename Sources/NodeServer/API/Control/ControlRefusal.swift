import CacheNode

/// Why a control request is not answered as asked.
struct ControlRefusal: Error, Hashable {
    let status: Int
    let message: String

    init(status: Int, _ message: String) {
        self.status = status
        self.message = message
    }

    init(_ error: ControlError) {
        self.init(status: error.status, error.message)
    }

    static func bad(_ message: String) -> ControlRefusal {
        ControlRefusal(status: 400, message)
    }

    static let unauthorized = ControlRefusal(
        status: 401,
        "this needs the control token (Authorization: Bearer …) or the Unix socket"
    )
}
