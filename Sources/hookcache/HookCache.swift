/// The program's entry.
@main
struct HookCache {
    static func main() {}
}
