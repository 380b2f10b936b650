#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_NV_cooperative_matrix : require

#include "format.glsl"
#include "batch.glsl"

#define MATRIX_A fcoopmatNV<16, gl_ScopeSubgroup, M, K>
#define MATRIX_B fcoopmatNV<16, gl_ScopeSubgroup, K, N>
#define MATRIX_SUM fcoopmatNV<32, gl_ScopeSubgroup, M, N>
#define LOAD_A(matrix, from, start, stride) coopMatLoadNV(matrix, from, start, stride, false)
#define LOAD_B(matrix, from, start, stride) coopMatLoadNV(matrix, from, start, stride, true)
#define MULTIPLY_ADD(a, b, sum) coopMatMulAddNV(a, b, sum)
#define STORE_SUM(sum, into, start, stride) coopMatStoreNV(sum, into, start, stride, true)
#include "batch_cooperative.glsl"
