# frozen_string_literal: true

require_relative 'test_helper'
require_relative 'support/postgres'

# The tests of the model again, on PostgreSQL, as instances have it.
class PostgresTest < AirlockTest
  FILES = %w[gitlab_model_test gitlab_refusals_test gitlab_clock_test gitlab_figures_test].freeze
  RANDOM_CASES = '200'

  def test_the_model_on_postgresql
    script = [*FILES, 'random_test'].map { |name| "require #{File.expand_path("#{name}.rb", __dir__).inspect}\n" }.join
    Postgres.run do |address|
      env = { 'TEST_DATABASE' => address, 'AIRLOCK_RANDOM_CASES' => RANDOM_CASES }
      output = ruby("#{script}puts \"on \#{ActiveRecord::Base.connection.adapter_name}\"\n", env)
      assert_match(/^on PostgreSQL$/, output)
      assert_match(/^\d{2,} runs, \d+ assertions, 0 failures, 0 errors, 0 skips$/, output)
    end
  end
end
