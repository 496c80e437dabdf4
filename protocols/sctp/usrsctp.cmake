# usrsctp with its clock replaced: it reads `gettimeofday` here and there, and we hand in time instead. In our copy
# of Debian's static library that one name means a function of stack.cpp. See docs/decisions/sctp-usrsctp.md.
find_library(USRSCTP_ARCHIVE libusrsctp.a REQUIRED)
set(usrsctp_copy ${CMAKE_CURRENT_BINARY_DIR}/libusrsctp_in_our_time.a)
add_custom_command(
  OUTPUT ${usrsctp_copy}
  COMMAND ${CMAKE_OBJCOPY} --redefine-sym gettimeofday=parley_sctp_gettimeofday ${USRSCTP_ARCHIVE} ${usrsctp_copy}
  DEPENDS ${USRSCTP_ARCHIVE})
add_custom_target(usrsctp_copy DEPENDS ${usrsctp_copy})
add_library(usrsctp_in_our_time STATIC IMPORTED GLOBAL)
set_target_properties(usrsctp_in_our_time PROPERTIES IMPORTED_LOCATION ${usrsctp_copy})
target_link_libraries(usrsctp_in_our_time INTERFACE Threads::Threads)
add_dependencies(usrsctp_in_our_time usrsctp_copy)
