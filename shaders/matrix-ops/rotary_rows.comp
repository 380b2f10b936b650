#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_arithmetic : require
#extension GL_KHR_shader_subgroup_shuffle : require
#extension GL_EXT_control_flow_attributes : require

// Queries, keys and values of X's RMS norm, rotated, keys and values into the cache; a lane takes rows.

#include "format.glsl"
#include "activations.glsl"
#include "epilogue_rotary.glsl"
#include "product.glsl"
#include "product_rows.glsl"
