// The bodies of Asio's TLS, compiled once (see signaling/CMakeLists.txt).
#include <boost/asio/ssl/impl/src.hpp>
