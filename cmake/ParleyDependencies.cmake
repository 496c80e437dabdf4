# Everything that is not ours comes from Debian by package name (tools/bootstrap installs it) and is
# wrapped by one folder that no other includes past; ARCHITECTURE.md has the list with the reasons.

find_package(Threads REQUIRED)
find_package(GTest REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(Protobuf REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(ZLIB REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(NATS REQUIRED IMPORTED_TARGET libnats)
pkg_check_modules(USRSCTP REQUIRED IMPORTED_TARGET usrsctp)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(LIBPQ REQUIRED IMPORTED_TARGET libpq)
pkg_check_modules(ARGON2 REQUIRED IMPORTED_TARGET libargon2)
pkg_check_modules(SRTP2 IMPORTED_TARGET libsrtp2)   # the oracle in tests, never in the packet path

find_library(IPSEC_MB IPSec_MB)                     # x86-64 only; OpenSSL is the portable path
