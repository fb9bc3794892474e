import AppKeys
import HookCacheKit

extension AppKey {
    /// The App of these tests as a node's.
    static func settings() throws -> Settings.App {
        Settings.App(id: clientID, privateKey: Settings.Secret(try shared().pkcs1))
    }
}
