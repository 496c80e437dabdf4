// The bodies of Asio and Beast, compiled once (see signaling/CMakeLists.txt).
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
