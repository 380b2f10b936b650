import CVulkan
import Synchronization

/// Collects what the validation layer reports; tests require it to stay empty.
///
/// Only errors and warnings are asked for: the layer also sends information messages that say nothing about this
/// program. At most ``capacity`` messages are kept, so a fault in a loop cannot fill the memory.
public final class ValidationLog: Sendable {
    /// How many messages are kept; the count goes on.
    public static let capacity = 100

    private struct State {
        var messages: [String] = []
        var count = 0
    }
    private let state = Mutex(State())

    init() {}

    /// The first errors and warnings, in the order in which they came.
    public var messages: [String] { state.withLock { $0.messages } }

    /// How many errors and warnings came in all.
    public var count: Int { state.withLock { $0.count } }

    private func add(_ message: String) {
        state.withLock { state in
            state.count += 1
            if state.messages.count < Self.capacity { state.messages.append(message) }
        }
    }

    /// What to hand to the instance; the log must outlive it, see ``VulkanInstance``.
    var messengerInfo: VkDebugUtilsMessengerCreateInfoEXT {
        var info = VkDebugUtilsMessengerCreateInfoEXT()
        info.sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT
        info.messageSeverity =
            VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT.rawValue
            | VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT.rawValue
        info.messageType =
            VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT.rawValue
            | VK_DEBUG_UTILS_MESSAGE_TYPE_PERFORMANCE_BIT_EXT.rawValue
        info.pUserData = Unmanaged.passUnretained(self).toOpaque()
        info.pfnUserCallback = { _, _, data, user in
            guard let user, let message = data?.pointee.pMessage else { return VK_FALSE }
            Unmanaged<ValidationLog>.fromOpaque(user).takeUnretainedValue().add(String(cString: message))
            return VK_FALSE
        }
        return info
    }
}
