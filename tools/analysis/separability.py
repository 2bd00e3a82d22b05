from rtfm_mmaction.workshop.cli.separability import main

if __name__ == '__main__':
    main()
