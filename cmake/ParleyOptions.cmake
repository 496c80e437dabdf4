# What every target of ours is compiled with, and the switches that the presets turn.

set(PARLEY_SANITIZE "" CACHE STRING "Sanitizers for all code, e.g. address,undefined or thread")
option(PARLEY_TESTS "Build the tests that stand beside the code" ON)
option(PARLEY_FUZZ "Build the fuzz targets (clang only)" OFF)
option(PARLEY_BENCH "Build the benchmarks" OFF)

add_library(parley_options INTERFACE)
target_include_directories(parley_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(parley_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Werror
  # libstdc++ 12's own stable_sort uses what C++17 deprecated, which clang holds against us.
  $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>
  # g++ 12 at -O3 sees overlaps in std::string's own operators (GCC bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-mismatched-new-delete>)

if(PARLEY_SANITIZE)
  add_compile_options(-fsanitize=${PARLEY_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${PARLEY_SANITIZE})
  # A finding is a failure, never a line in a log.
  add_compile_options(-fno-sanitize-recover=all)
endif()
if(PARLEY_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  # Every checkout of this repository shares one cache, wherever it lies.
  set(launcher env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()
