import CacheCore

/// What GitHub is sent to make or set a hook.
struct HookBody: Encodable {
    private let name: String?
    private let active = true
    private let events: [String]
    private let config: Config

    private struct Config: Encodable {
        let url: String
        let contentType = "json"
        let secret: String
        let insecureSSL = "0"

        enum CodingKeys: String, CodingKey {
            case url
            case contentType = "content_type"
            case secret
            case insecureSSL = "insecure_ssl"
        }
    }

    /// A new hook, or one that exists; the secret always goes along, since GitHub drops one that is left out.
    init(_ settings: HookSettings, isNew: Bool) {
        name = isNew ? "web" : nil
        events = settings.events
        config = Config(url: settings.url, secret: settings.secret)
    }
}
