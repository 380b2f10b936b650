#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_arithmetic : require
#extension GL_KHR_shader_subgroup_shuffle : require
#extension GL_EXT_control_flow_attributes : require

// Y = silu(G X) * (U X), with the RMS norm of X folded in; a lane takes rows.

#include "format.glsl"
#include "activations.glsl"
#include "epilogue_gated.glsl"
#include "product.glsl"
#include "product_rows.glsl"
