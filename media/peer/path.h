#pragma once

#include "protocols/ice/path.h"

namespace parley::media {

using Path = ice::Path;

}  // namespace parley::media
