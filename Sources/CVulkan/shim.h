#ifndef ANDON_CVULKAN_SHIM_H
#define ANDON_CVULKAN_SHIM_H

#include <vulkan/vulkan.h>

// The function-like version macros are not imported into Swift.
static inline uint32_t andon_vk_make_version(uint32_t major, uint32_t minor, uint32_t patch) {
    return VK_MAKE_API_VERSION(0, major, minor, patch);
}

static inline uint32_t andon_vk_version_major(uint32_t version) { return VK_API_VERSION_MAJOR(version); }
static inline uint32_t andon_vk_version_minor(uint32_t version) { return VK_API_VERSION_MINOR(version); }
static inline uint32_t andon_vk_version_patch(uint32_t version) { return VK_API_VERSION_PATCH(version); }

// VkCooperativeMatrixPropertiesKHR as the Vulkan specification lays it out, because Debian 12's headers are older than the extension;
// components and scopes are numbered as in VK_NV_cooperative_matrix.
typedef struct AndonCooperativeMatrixPropertiesKHR {
    VkStructureType sType;
    void *pNext;
    uint32_t MSize;
    uint32_t NSize;
    uint32_t KSize;
    VkComponentTypeNV AType;
    VkComponentTypeNV BType;
    VkComponentTypeNV CType;
    VkComponentTypeNV ResultType;
    VkBool32 saturatingAccumulation;
    VkScopeNV scope;
} AndonCooperativeMatrixPropertiesKHR;

#endif
