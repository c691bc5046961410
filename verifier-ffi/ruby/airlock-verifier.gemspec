# frozen_string_literal: true

require_relative 'lib/airlock/version'

Gem::Specification.new do |spec|
  spec.name = 'airlock-verifier'
  spec.version = Airlock::VERSION
  spec.summary = 'Signed licenses for GitLab instances without a network.'
  spec.description = 'Opens and judges Airlock licenses, and answers as the license object that ' \
                     'GitLab calls.'
  spec.authors = ['The Airlock authors']
  spec.licenses = ['Apache-2.0', 'MIT']
  spec.required_ruby_version = '>= 3.1'
  spec.files = Dir['lib/**/*.rb', 'README.md']
  spec.require_paths = ['lib']
  spec.add_dependency 'ffi', '~> 1.15'
  spec.metadata['rubygems_mfa_required'] = 'true'
end
