import APIClient
import Domain
import Synchronization
import Testing

@Suite("The client of the local API, and servers that do not wait for it")
struct APIClientTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.url.appendingPathComponent("api.sock").path }

    init() throws { directory = try TemporaryDirectory() }

    private static let reply = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]"

    @Test("no reply is lost to a server that closes right behind it, however little of the request it has read")
    func closesAtOnce() async throws {
        for bytes in [1, .max] {
            let path = path + (bytes == 1 ? "1" : "2")
            let listener = try RawSocket.listen(at: path) { connection in
                _ = connection.read(until: "\r\n\r\n", atLeast: bytes)
                connection.send(Self.reply)
            }
            defer { listener.close() }
            let client = APIClient(socketPath: path)
            let replies = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        var count = 0
                        for _ in 0..<500 { count += try await client.lines().isEmpty ? 1 : 0 }
                        return count
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(replies == 2000)
        }
    }

    @Test("a connection that breaks before the reply is no refusal: the request may have been carried out")
    func broken() async throws {
        for part in ["", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", "HTTP/1.1 2", "no HTTP\r\n\r\n"] {
            let path = path + String(part.count)
            let listener = try RawSocket.listen(at: path) { connection in
                _ = connection.read(until: "\r\n\r\n")
                connection.send(part)
            }
            defer { listener.close() }
            let error = await #expect(throws: APIError.self) {
                try await APIClient(socketPath: path).reset(
                    ResetRequest(machine: MachineID(rawValue: "m"), confirmation: "m", by: "x"))
            }
            #expect(error?.code == .noReply, "\(part): \(String(describing: error))")
            #expect(error?.detail.contains("may have been carried out") == true)
        }
    }
}
