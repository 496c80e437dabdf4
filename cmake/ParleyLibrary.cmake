# parley_library(DEPENDS target...): turns the current folder, or FOLDER, into a library named after its
# path (protocols/stun -> protocols_stun) and its *_test.cpp files into <name>_test.
#
#   FOLDER    sub-folder of the current one; its sources are globbed
#   DEPENDS   what its headers and sources use
#   TEST_DEPENDS  what only its tests use
function(parley_library)
  cmake_parse_arguments(ARG "" "FOLDER" "DEPENDS;TEST_DEPENDS" ${ARGN})
  set(dir ${CMAKE_CURRENT_SOURCE_DIR})
  if(ARG_FOLDER)
    set(dir ${dir}/${ARG_FOLDER})
  endif()
  file(RELATIVE_PATH path ${CMAKE_SOURCE_DIR} ${dir})
  string(REPLACE "/" "_" name ${path})

  file(GLOB sources CONFIGURE_DEPENDS ${dir}/*.cpp)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")

  if(sources)
    add_library(${name} STATIC ${sources})
    target_link_libraries(${name} PUBLIC ${ARG_DEPENDS} PRIVATE parley_options)
    target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
  else()
    add_library(${name} INTERFACE)
    target_include_directories(${name} INTERFACE ${CMAKE_SOURCE_DIR})
    target_link_libraries(${name} INTERFACE ${ARG_DEPENDS})
  endif()

  if(tests AND PARLEY_TESTS)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE ${name} ${ARG_TEST_DEPENDS} parley_options
                                               GTest::gmock GTest::gtest_main)
    set_target_properties(${name}_test PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/unit)
    add_test(NAME ${path} COMMAND ${name}_test)
  endif()
endfunction()
