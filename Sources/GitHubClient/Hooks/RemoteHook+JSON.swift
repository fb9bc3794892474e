import CacheCore
import GitHubCore

extension RemoteHook {
    /// Reads a hook as GitHub lists it; nil without an id.
    init?(_ object: JSONObject) {
        guard let id = object.integer("id") else { return nil }
        let config = object.object("config")
        self.init(
            id: id,
            url: config?.string("url") ?? "",
            events: object.strings("events"),
            isActive: object.bool("active") ?? false,
            contentType: config?.string("content_type") ?? "form",
            verifiesTLS: config?.string("insecure_ssl") != "1" && config?.integer("insecure_ssl") != 1
        )
    }
}
