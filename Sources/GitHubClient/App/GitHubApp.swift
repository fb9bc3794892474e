/// A GitHub App, as which a node asks GitHub wherever the App is installed.
package struct GitHubApp: Sendable {
    /// Its number or its client id.
    package let id: String
    /// What it signs with.
    package let key: AppKey

    /// An App and its key.
    package init(id: String, key: AppKey) {
        self.id = id
        self.key = key
    }
}
