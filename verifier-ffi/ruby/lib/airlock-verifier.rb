# frozen_string_literal: true

# The gem's name, which `Bundler.require` looks for.
require_relative 'airlock'
