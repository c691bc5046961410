# frozen_string_literal: true

module Airlock
  VERSION = '0.1.0'
end
