/* Files that are unpacked, one in the other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "layers.h"

static const unsigned char bytes[100], others[100];

/* A zip, in it a document, in that an entry; then a piece of the zip itself. */
static void
test_path(void **state)
{
  Layers *layers = layers_new();

  assert_null(layers_top(layers));
  assert_int_equal(layers_current(layers), 0);
  assert_int_equal(layers_add(layers, "CL_TYPE_ZIP", 100), 0);
  assert_int_equal(layers_get(layers, 0)->parent, -1);
  layers_open(layers, 0, 0, bytes, 100);
  assert_int_equal(layers_memory(layers), 0);

  assert_int_equal(layers_add(layers, "CL_TYPE_OOXML_WORD", 90), 1);
  layers_open(layers, 1, 1, others, 90);
  assert_true(layers_top(layers)->twice);
  assert_int_equal(layers_memory(layers), 90);
  layers_open(layers, 2, 1, others, 90);
  assert_true(layers_top(layers)->again);
  assert_int_equal(layers_memory(layers), 90);

  assert_int_equal(layers_add(layers, "CL_TYPE_TEXT_ASCII", 5), 2);
  assert_int_equal(layers_get(layers, 2)->parent, 1);
  layers_open(layers, 4, 2, bytes, 5);
  assert_true(layers_top(layers)->twice);
  assert_false(layers_top(layers)->again);
  assert_int_equal(layers_memory(layers), 95);

  /* the ends of three were missed */
  layers_close_from(layers, 1);
  assert_int_equal(layers_top(layers)->depth, 0);
  layers_open(layers, 1, 0, bytes + 10, 20);
  assert_int_equal(layers_memory(layers), 0);
  assert_false(layers_top(layers)->twice);
  layers_close(layers);
  layers_close(layers);
  layers_close(layers);
  assert_null(layers_top(layers));
  assert_int_equal(layers_count(layers), 3);
  layers_free(layers);
}

static void
test_moved(void **state)
{
  Layers *layers = layers_new();

  layers_move(layers);
  layers_add(layers, "CL_TYPE_ZIP", 100);
  layers_open(layers, 0, 0, bytes, 100);
  layers_add(layers, "CL_TYPE_ZIP", 50);
  layers_open(layers, 2, 1, others, 50);
  layers_move(layers);
  assert_true(layers_top(layers)->moved);
  layers_close(layers);
  assert_false(layers_top(layers)->moved);
  layers_open(layers, 1, 1, others, 50);
  assert_false(layers_top(layers)->moved);
  layers_free(layers);
}

static void
test_layer(void **state)
{
  static const Layer zip = {-1, (char *)"CL_TYPE_ZIP", 50};
  static const Layer word = {-1, (char *)"CL_TYPE_OOXML_WORD", 50};

  assert_true(layer_lists(&zip, "CL_TYPE_ZIP"));
  assert_true(layer_lists(&word, "CL_TYPE_ZIP"));
  assert_false(layer_lists(&zip, "CL_TYPE_RAR"));
  assert_true(layer_is_looked_at_again(&word, "", 50, FALSE));
  assert_false(layer_is_looked_at_again(&word, "", 49, FALSE));
  assert_false(layer_is_looked_at_again(&word, "a.zip", 50, FALSE));
  assert_false(layer_is_looked_at_again(&zip, "", 50, FALSE));
  assert_true(layer_is_looked_at_again(&zip, "a.html", 9, TRUE));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_path),
      cmocka_unit_test(test_moved),
      cmocka_unit_test(test_layer),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
