# frozen_string_literal: true

begin
  require 'gitlab/license'
rescue LoadError
  # Without the old gem there is nobody who rescues its error.
end

module Airlock
  base = defined?(::Gitlab::License::ImportError) ? ::Gitlab::License::ImportError : StandardError

  # The text is no license that this instance may use. It descends from
  # `Gitlab::License::ImportError` where that exists, the one error that GitLab rescues. A license
  # that is merely refused or ended is no import error.
  class ImportError < base
    include Error
  end
end
