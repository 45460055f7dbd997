#define BOOST_TEST_MODULE entity
#include <boost/test/unit_test.hpp>
